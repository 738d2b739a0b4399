// The style of an exported page: light and dark, narrow and wide, on paper. One text, known by its hash.

/** The style sheet. */
export const STYLE = `
:root{color-scheme:light;--bg:#fbfaf8;--card:#fff;--ink:#22252a;--soft:#6a7078;--line:#e4e1db;--accent:#2f6fb0;--code:#f5f3ef;
--k:#8a3ea8;--s:#2c7a3f;--n:#a8541a;--r:#b0413e;--c:#878d96;--f:#2f62a8;--t:#1f7a83;--bad:#b8322f;--badbg:#fdf1f0;--mark:#fff3c4}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;--bg:#16181c;--card:#1d2026;--ink:#dfe3e8;
--soft:#969da7;--line:#31363f;--accent:#7db4ee;--code:#22262d;--k:#d39ae6;--s:#8ccf98;--n:#e5a878;--r:#ee9591;--c:#7c848f;--f:#8fbcf2;
--t:#7fcfd4;--bad:#f08a84;--badbg:#33211f;--mark:#55491d}}
:root[data-theme=dark]{color-scheme:dark;--bg:#16181c;--card:#1d2026;--ink:#dfe3e8;--soft:#969da7;--line:#31363f;--accent:#7db4ee;
--code:#22262d;--k:#d39ae6;--s:#8ccf98;--n:#e5a878;--r:#ee9591;--c:#7c848f;--f:#8fbcf2;--t:#7fcfd4;--bad:#f08a84;--badbg:#33211f;
--mark:#55491d}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
code,pre,.mono,.tree{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px;line-height:1.5}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
header,main,footer{max-width:88rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.2rem;padding-bottom:1rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .35rem;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.09em;color:var(--soft);font-weight:650;margin:0 0 .8rem}
.facts{color:var(--soft);display:flex;flex-wrap:wrap;gap:.15rem .9rem;margin:0;padding:0;list-style:none;font-size:.86rem}
.facts li{overflow-wrap:anywhere}
.note{max-width:46rem;margin:.9rem 0 0;padding:.6rem .9rem;background:var(--card);border:1px solid var(--line);
border-left:3px solid var(--accent);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.tools{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.9rem}
button,input{font:inherit;font-size:.82rem;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px;
padding:.3rem .7rem}
button{cursor:pointer}
button:hover{border-color:var(--accent)}
input{width:100%;margin-bottom:.7rem}
main{display:grid;grid-template-columns:minmax(0,1fr) minmax(20rem,30rem);gap:2.2rem;align-items:start;padding-bottom:3rem}
main.one{grid-template-columns:minmax(0,1fr)}
.side{position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow:auto;background:var(--card);border:1px solid var(--line);
border-radius:12px;padding:1rem 1.1rem}
.one .side{position:static;max-height:none}
.cell{margin:0 0 1.5rem;scroll-margin-top:1rem}
.cell>.head{display:flex;align-items:baseline;gap:.7rem;font-size:.78rem;color:var(--soft);margin-bottom:.25rem}
.cell>.head a{color:var(--accent);font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.cell>.head .bad{color:var(--bad);font-weight:600}
.cell>.head button{margin-left:auto;padding:.05rem .5rem;font-size:.72rem;opacity:0;transition:opacity .12s}
.cell:hover>.head button,.cell>.head button:focus{opacity:1}
pre{margin:0;padding:.75rem .95rem;overflow-x:auto;direction:ltr;tab-size:4;white-space:pre}
pre span,.tree span{unicode-bidi:isolate}
.source{background:var(--code);border:1px solid var(--line);border-radius:9px}
.failed>.source{border-left:3px solid var(--bad)}
.out{border-left:2px solid var(--line);margin:.5rem 0 0 .95rem;padding-left:.95rem}
.out pre{padding:.15rem 0;max-height:26rem;overflow:auto}
.out .printed,.out .error{white-space:pre-wrap;overflow-wrap:anywhere}
.out .printed{color:var(--soft)}
.out .error{color:var(--bad);background:var(--badbg);padding:.6rem .8rem;border-radius:8px}
.more{color:var(--soft);font-size:.8rem;margin:.3rem 0 0;font-style:italic}
.scroll{overflow:auto;margin:.35rem 0;max-height:24rem}
.scroll thead th{position:sticky;top:0;background:var(--card);box-shadow:inset 0 -2px var(--line)}
table{border-collapse:collapse;font-size:.84rem;background:var(--card)}
th,td{text-align:left;padding:.32rem .75rem;border-bottom:1px solid var(--line);vertical-align:top;max-width:24rem;overflow-wrap:break-word;
unicode-bidi:isolate}
th{font-weight:600;color:var(--soft);white-space:nowrap}
tbody tr:hover{background:var(--code)}
.num{text-align:right;font-variant-numeric:tabular-nums}
.plot{display:block;width:100%;max-width:35rem;height:auto;margin:.4rem 0;background:var(--card);border:1px solid var(--line);border-radius:9px}
.plot .course{stroke:var(--accent)}
.plot .grid{stroke:var(--line)}
.plot .axis{fill:var(--soft)}
.k{color:var(--k)}.s{color:var(--s)}.n{color:var(--n)}.r{color:var(--r)}.c{color:var(--c);font-style:italic}.f{color:var(--f)}.t{color:var(--t)}
.p{color:var(--r)}
.tree{padding-left:0}
.tree ul{list-style:none;margin:0;padding:0 0 0 .95rem;border-left:1px solid var(--line)}
.tree>ul{padding:0;border:0}
.tree li{padding:.06rem 0;overflow-wrap:anywhere}
.tree>ul>li{padding:.22rem 0;border-bottom:1px solid var(--line)}
.tree>ul>li:last-child{border:0}
summary{cursor:pointer;list-style:none;position:relative;padding-left:1rem;border-radius:5px}
summary::-webkit-details-marker{display:none}
summary::before{content:"";position:absolute;left:.15rem;top:.42em;border:.28em solid transparent;border-left:.4em solid var(--soft);
transition:transform .1s}
details[open]>summary::before{transform:rotate(90deg) translate(-.05em,.08em)}
summary:hover{background:var(--code)}
.leaf{padding-left:1rem;border-radius:5px}
:target>summary,:target.leaf{background:var(--mark)}
:target>.head a{background:var(--mark)}
.label{color:var(--ink)}
.name>.label{font-weight:650;color:var(--ink)}
.private .label{color:var(--r)}
.captured .label{color:var(--t);font-style:italic}
.inner>.label,.index>.label,.dim{color:var(--soft)}
.v-string{color:var(--s)}.v-number{color:var(--n)}.v-word{color:var(--k)}.v-type{color:var(--soft)}.v-missing{color:var(--bad)}
.tree details>:not(summary,ul){margin-left:1rem}
.jump{display:none}
.inline{padding-left:.1rem;color:var(--soft)}
.tree pre{background:var(--code);border-radius:7px;padding:.5rem .7rem;margin:.25rem 0;font-size:12px;max-height:20rem;overflow:auto}
.tree table{font-size:12px}
.notes{margin-top:1.6rem}
.notes table{width:100%}
footer{color:var(--soft);font-size:.8rem;padding-bottom:2.5rem}
[hidden]{display:none!important}
.out summary{font-size:.8rem}
@media (max-width:64rem){.jump{display:inline-block;font-size:.82rem;padding:.3rem .7rem;border:1px solid var(--line);border-radius:7px;background:var(--card)}
main{grid-template-columns:minmax(0,1fr)}.side{position:static;max-height:none}}
@media (max-width:40rem){header,main,footer{padding-left:.9rem;padding-right:.9rem}h1{font-size:1.35rem}
.side{padding:.8rem .7rem;border-radius:9px}.out{margin-left:.2rem;padding-left:.6rem}.cell>.head button{opacity:1}}
@media (hover:none){.cell>.head button{opacity:1}}
@media print{:root,:root[data-theme]{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#555;--line:#ccc;--accent:#1d4f86;--code:#fafafa;
--k:#6b2a86;--s:#1d5e2d;--n:#87400f;--r:#8a2a28;--c:#666;--f:#1d4f86;--t:#145f66;--bad:#8a1f1c;--badbg:#fff}
body{font-size:11px}main{display:block}.tools,button,input{display:none!important}.side{position:static;max-height:none;border:0;padding:0;
margin-top:2rem}.out pre,.tree pre,.scroll{max-height:none}pre{white-space:pre-wrap;overflow-wrap:anywhere}.cell>.head{break-after:avoid-page}svg,tr,summary{break-inside:avoid-page}}
`;
