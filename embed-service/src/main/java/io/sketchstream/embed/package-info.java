/// [images] and [sketches] to [image-embeddings-g] and [sketch-embeddings]. For every live
/// generation one image loop runs; one sketch loop serves the active generation; all of them share
/// the device through [io.sketchstream.embed.InferenceExecutor], sketches first. Bytes become
/// pixels on the decoders, pixels become vectors on the device, and an offset is committed only
/// after the embeddings before it were acknowledged.
package io.sketchstream.embed;
