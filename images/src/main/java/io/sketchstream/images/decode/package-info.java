/// Decodes files to upright sRGB pixels, under limits, and to the canonical image. `file ──>
/// ImageDecoder (here, or in a decoder process) ──> pixels ──> CanonicalImage`.
package io.sketchstream.images.decode;
