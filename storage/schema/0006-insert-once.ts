/** How many of the last inserts are known by their token, so that one repeated after a crash adds no row; a batch of the stream is one insert. */
export const statements = [
  "ALTER TABLE events MODIFY SETTING non_replicated_deduplication_window = 10000",
  "ALTER TABLE detections MODIFY SETTING non_replicated_deduplication_window = 10000",
];
