// Constructs that meet each other: scopes, classes and functions in combination. See samples.mjs for the fields.

export const COMBINATIONS = [
  {
    name: 'annex B',
    value: "(()=>(0,eval)('(function(){ { function g(){return 1} } return [()=>g, ()=>g()] })()'))()",
    check: '(v=>v[1]())(v)',
    want: 1,
  },
  {
    name: 'async arrow in field',
    value: '(()=>new (class{x=1; f=async()=>this.x})())()',
    check: '(v=>v.f().then(x=>x))(v)',
    want: 1,
  },
  {
    name: 'getter on function',
    value:
      "(()=>{function f(){} let n=0; Object.defineProperty(f,'g',{get(){return ++n},enumerable:true}); return f})()",
    check: '(v=>[v.g,v.g].join())(v)',
    want: '1,2',
  },
  {
    name: 'bound with props',
    value:
      '(()=>{const b=(function(){return this.x}).bind({x:1}); b.p={q:2}; b.self=b; const c=b.bind(null); c.z=1; return [b,c]})()',
    check: '(v=>[v[0](),v[0].p.q,v[0].self===v[0],v[1](),v[1].z].join())(v)',
    want: '1,2,true,1,1',
  },
  {
    name: 'labelled loops',
    value:
      '(()=>(n)=>{ let c=0; a: for(let i=0;i<n;i++){ b: for(;;){ c++; if(i%2) continue a; break b } } return c })()',
    check: '(v=>v(4))(v)',
    want: 4,
  },
  {
    name: 'private static accessor',
    value:
      '(()=>class{ static #a=1; static accessor=1; static get #x(){return this.#a} static set #x(v){this.#a=v} static t(){ this.#x=5; return this.#x }})()',
    check: '(v=>v.t())(v)',
    want: 5,
  },
  {
    name: 'species subclass',
    value: '(()=>class X extends Promise{ static get [Symbol.species](){return Promise}})()',
    check: '(v=>new v(r=>r(1)).then(x=>x).constructor===Promise)(v)',
    want: true,
  },
  {
    name: 'await-like names in static block',
    value:
      '(()=>class{ static { const async_=1; this.y=async_ } static await=2; static async=3; get get(){return 4}})()',
    check: '(v=>[v.y,v.await,v.async,new v().get].join())(v)',
    want: '1,2,3,4',
  },
  {
    name: 'class in with',
    value: "(()=>(0,eval)('(function(o){ with(o){ return class{ m(){return q} } } })')({q:7}))()",
    check: '(v=>new v().m())(v)',
    want: 7,
  },
  {
    name: 'class shares let w closure',
    value: '(()=>{let n=0; class A{ static inc(){return ++n} } return [A,()=>n]})()',
    check: '(v=>{v[0].inc(); return v[1]()})(v)',
    want: 1,
  },
  {
    name: 'class named in module shares',
    value: '(()=>{let n=0; class A{ static inc(){void A; return ++n} #p(){} } return [A,()=>n,()=>A]})()',
    check: '(v=>{v[0].inc(); return [v[1](),v[2]()===v[0]].join()})(v)',
    want: '1,true',
  },
  {
    name: 'eval var shadow',
    value:
      '(()=>(0,eval)(\'(function(){ var x=1; function mk(){ eval("var x=5"); return [()=>x, ()=>++x] } return [mk(), ()=>x] })()\'))()',
    check: '(v=>[v[0][1](),v[0][0](),v[1]()].join())(v)',
    want: '6,6,1',
  },
  {
    name: 'param eval',
    value:
      '(()=>(0,eval)(\'(function(a, b=()=>a, c=eval("var z=3"), d=()=>z){ var a=9; return [b,d,()=>a,()=>z] })(1)\'))()',
    check: '(v=>v.map(f=>f()).join())(v)',
    want: '1,3,9,3',
  },
  {
    name: 'strict fn expr name',
    value: '(()=>{ "use strict"; const g=function f(){ return f===g }; return g})()',
    check: '(v=>v())(v)',
    want: true,
  },
  {
    name: 'default class name',
    value: '(()=>({C:class{}, f:()=>{}}))()',
    check: '(v=>v.C.name+v.f.name)(v)',
    want: 'Cf',
  },
  {
    name: 'method name symbol',
    value: "(()=>{const s=Symbol('q'); return {s,o:{get [s](){return 1}}}})()",
    check: '(v=>Object.getOwnPropertyDescriptor(v.o,v.s).get.name)(v)',
    want: 'get [q]',
  },
  {
    name: 'private in getter mix',
    value:
      '(()=>{ const M=B=>class extends B{ #x=2; get v(){return this.#x+super.v} }; class A{ get v(){return 1} } return new (M(M(A)))()})()',
    check: '(v=>v.v)(v)',
    want: 5,
  },
  {
    name: 'private mixin same class twice',
    value:
      '(()=>{ const M=B=>class extends B{ #x=2; get v(){return this.#x+super.v} inc(){this.#x++; super.inc?.()} }; class A{ get v(){return 1} } const o=new (M(M(A)))(); o.inc(); return o})()',
    check: '(v=>v.v)(v)',
    want: 7,
  },
  {
    name: 'instance fields w/ arrow super',
    value:
      "(()=>{ class A{ m(){return 'A'} } class B extends A{ f=()=>super.m()+'B'; m(){return 'x'} } return new B()})()",
    check: '(v=>v.f())(v)',
    want: 'AB',
  },
  {
    name: 'static this arrow',
    value: '(()=>class A{ static n=1; static f=()=>this.n++ })()',
    check: '(v=>[v.f(),v.n].join())(v)',
    want: '1,2',
  },
  {
    name: 'object with method & closure self',
    value: '(()=>{ const o={n:1, inc(){return ++o.n}}; return o})()',
    check: '(v=>[v.inc(),v.n].join())(v)',
    want: '2,2',
  },
  {
    name: 'generator closure param',
    value:
      '(()=>{ function* g(a){ let b=1; yield [()=>a++, ()=>b++, ()=>[a,b]] } return g(5).next().value})()',
    check: '(v=>{v[0]();v[1](); return v[2]().join()})(v)',
    want: '6,2',
  },
  {
    name: 'catch param destruct shared',
    value: '(()=>{ try{ throw {a:1} }catch({a}){ return [()=>++a, ()=>a] } })()',
    check: '(v=>[v[0](),v[1]()].join())(v)',
    want: '2,2',
  },
  {
    name: 'arguments in arrow default',
    value: '(()=>(function(){ return (a=arguments[0])=>a })(4))()',
    check: '(v=>v())(v)',
    want: 4,
  },
  {
    name: 'new Function closes nothing',
    value: "(()=>{ const f=new Function('a','return ()=>a++')(3); return [f,f]})()",
    check: '(v=>[v[0](),v[1](),v[0]===v[1]].join())(v)',
    want: '3,4,true',
  },
  {
    name: 'tagged cache across calls',
    value: '(()=>{ const tag=s=>s; const f=()=>tag`a${1}b`; return f})()',
    check: '(v=>v()===v()&&Object.isFrozen(v()))(v)',
    want: true,
  },
  {
    name: 'getter static private in',
    value: '(()=>class A{ static #b; static is(o){ return #b in o } })()',
    check: '(v=>[v.is(v),v.is({})].join())(v)',
    want: 'true,false',
  },
  {
    name: 'extends null w/ ctor',
    value:
      '(()=>class N extends null{ constructor(){ return Object.create(new.target.prototype) } m(){return 1} })()',
    check: '(v=>new v().m())(v)',
    want: 1,
  },
  {
    name: 'typed subclass private',
    value:
      "(()=>{ class T extends Float64Array{ #n='n'; get n(){return this.#n} } const t=new T(2); t[1]=5; return t})()",
    check: '(v=>[v.n,v[1],v.length].join())(v)',
    want: 'n,5,2',
  },
  {
    name: 'WeakMap subclass private',
    value: '(()=>{ class T extends WeakMap{ #n=1; get n(){return this.#n} } return new T()})()',
    check: '(v=>v.n)(v)',
    want: 1,
  },
  {
    name: 'async gen method super',
    value: '(()=>({__proto__:{async *g(){yield 1}}, async *g(){ yield* super.g(); yield 2 }}))()',
    check: '(v=>(async()=>{const r=[]; for await(const x of v.g()) r.push(x); return r.join()})())(v)',
    want: '1,2',
  },
];
