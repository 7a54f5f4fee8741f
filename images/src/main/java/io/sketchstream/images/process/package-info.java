/// Decoder processes: JVMs that decode files that the service's own process should not, each with a
/// small heap and one deadline per picture. A process that crashes, hangs or runs out of memory
/// loses only that picture. `file ──> DecoderPool ──> DecoderMain ──> pixels`.
package io.sketchstream.images.process;
