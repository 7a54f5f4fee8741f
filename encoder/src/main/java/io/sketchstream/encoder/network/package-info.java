/// Networks and their weights. A network is one TorchScript source file and one JSON spec among the
/// resources; weights are safetensors; together they make the archive that libtorch loads, for
/// serving and for training alike. No pickle is ever read.
package io.sketchstream.encoder.network;
