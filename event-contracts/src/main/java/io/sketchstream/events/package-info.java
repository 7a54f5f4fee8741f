/// The contracts between services: the events of `sketchstream.proto`, their topics, and their
/// serialisation. All other modules depend on this one; it depends only on Kafka's client and
/// Protobuf.
package io.sketchstream.events;
