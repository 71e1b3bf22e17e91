/** Characters of a computer's, channel's or provider's name: Windows has 255 at most. */
export const MAX_IDENTITY = 1024;
/** Characters of a message. Windows keeps an event under 64 KiB; as XML, rendered and wrapped, the largest come to a few hundred thousand. */
export const MAX_CHARACTERS = 4 << 20;
/** Elements or objects within each other. The deepest event of Windows' own known here, CAPI2 90, has nine. */
export const MAX_DEPTH = 64;
/** Values of an event; the largest real ones have some hundreds. */
export const MAX_FIELDS = 8192;
/** Characters of a field's name, for names are kept. Windows' own have some dozens. */
export const MAX_NAME = 1024;
