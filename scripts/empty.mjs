// Stands in for react-devtools-core, which Ink names but never needs in production.
export default {};
