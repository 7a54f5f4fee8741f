/// What tests of several modules share. [io.sketchstream.testing.HostileMessages] generates hostile
/// records for the reader of a topic, [io.sketchstream.testing.Await] waits for a condition, and
/// [io.sketchstream.testing.TinyDataset] draws a small data set. Test scope only; no main code
/// depends on it.
package io.sketchstream.testing;
