/// Bytes to pixels: what every module uses of it. `file` reads headers, `decode` makes pixels of
/// files, `sketch` of sketches, `process` runs the processes in which foreign files are opened.
package io.sketchstream.images;
