// What an exported page does by itself: opens the way to what a link leads to, looks for names, changes the theme, copies a
// cell. Without it everything is still there. One text, known by its hash; it makes no markup of any text.

/** The script. */
export const BEHAVIOUR = `(()=>{'use strict';
const $=(selector,root=document)=>[...root.querySelectorAll(selector)];
const make=(name,text,act)=>{const it=document.createElement(name);it.type='button';it.textContent=text;it.addEventListener('click',act);return it};
const reveal=()=>{let at;try{at=document.getElementById(decodeURIComponent(location.hash.slice(1)))}catch{}
if(!at)return;for(let up=at;up;up=up.parentElement)if(up.tagName==='DETAILS')up.open=true;at.scrollIntoView({block:'nearest'})};
addEventListener('hashchange',reveal);reveal();
const tools=document.getElementById('tools');
const root=document.documentElement;
const isDark=()=>root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme: dark)').matches;
tools.append(make('button','Light / dark',()=>{root.dataset.theme=isDark()?'light':'dark'}));
const tree=document.getElementById('tree');
if(tree){
const all=$('details',tree);
if(all.length>0)tools.append(make('button','Open all',()=>all.forEach(it=>{it.open=true})),make('button','Close all',()=>all.forEach(it=>{it.open=false})));
const rows=$(':scope>ul>li',tree);
if(rows.length>8){const find=document.createElement('input');find.type='search';find.placeholder='Find a name';find.setAttribute('aria-label','Find a name');
find.addEventListener('input',()=>{const wanted=find.value.trim().toLowerCase();
rows.forEach(it=>{it.hidden=!it.querySelector('.label').textContent.toLowerCase().includes(wanted)})});tree.prepend(find)}}
if(navigator.clipboard)$('.cell').forEach(cell=>{const copy=make('button','Copy',()=>{navigator.clipboard.writeText(cell.querySelector('.source').textContent)
.then(()=>{copy.textContent='Copied';setTimeout(()=>{copy.textContent='Copy'},1200)},()=>{copy.textContent='No'})});cell.querySelector('.head').append(copy)});
let shut=[];
addEventListener('beforeprint',()=>{shut=$('details:not([open])').slice(0,500);shut.forEach(it=>{it.open=true})});
addEventListener('afterprint',()=>{shut.forEach(it=>{it.open=false})});
})();`;
