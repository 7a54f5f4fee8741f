/// Bytes to pixels: decoding under limits, the canonical image, rendering of sketches. The only
/// place where a file from outside is opened. What leaves is upright sRGB.
package io.sketchstream.encoder.pixels;
