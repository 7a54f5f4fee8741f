/// Decoder processes: JVMs of our own that open the files this service's process should not, each
/// with a small heap and one deadline per picture. A process that crashes, hangs or runs out of
/// memory takes nothing with it but the picture. `file ──> DecoderPool ──> DecoderMain ──> pixels`.
package io.sketchstream.images.process;
