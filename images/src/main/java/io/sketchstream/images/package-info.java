/// Bytes to pixels, for every module. `file` reads headers, `decode` decodes files, `sketch`
/// renders sketches, `process` runs the processes in which untrusted formats are decoded.
package io.sketchstream.images;
