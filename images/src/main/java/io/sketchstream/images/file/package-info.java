/// What the headers of files say, read with bounds and without decoding: format, size, which way is
/// up, colour profile, and whether the file may be decoded in this process.
package io.sketchstream.images.file;
