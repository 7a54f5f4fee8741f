/// The gallery: writes images to `[images]`, knows which images are in it and reads them back.
/// Kafka holds the pixels; the directory here holds, for each image, only where its record is and
/// what it was made from. `PUT ──> Gallery ──> [images] ──> directory`.
package io.sketchstream.ingest.gallery;
