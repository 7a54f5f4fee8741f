/// What the image loops and the sketch loop share: records between poll and commit. An offset is
/// committed only when every record written because of it was acknowledged.
package io.sketchstream.embed.loops;
