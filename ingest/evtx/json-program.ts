export interface JsonProgram { readonly literals: Uint8Array }
