/// [images] and [sketches] to [image-embeddings-g] and [sketch-embeddings]. `generations` runs an
/// image loop (`images`) for every live generation, `sketches` answers sketches, and both share the
/// device (`device`), sketches first. An offset is committed only after everything written because
/// of the records before it was acknowledged (`loops`).
package io.sketchstream.embed;
