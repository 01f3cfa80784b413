/** A stop sign with a trace in it. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="#c43c31" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z"/>
<path fill="#fff" d="M7 9h18v3.5H7zM10.5 14.25H22v3.5H10.5zM14 19.5h6V23h-6z"/>
</svg>
`;
