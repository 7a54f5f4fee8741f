/// The device that runs networks, CPU or GPU: which requests go into the next forward pass, and the
/// threads that run it. Sketches come first, then live images, then a backfill.
package io.sketchstream.embed.device;
