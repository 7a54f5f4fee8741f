/// Headers of files, read with bounds and without decoding: format, size, orientation, colour
/// profile, and whether the file may be decoded in this process.
package io.sketchstream.images.file;
