/// What travels: the events of `sketchstream.proto`, the topics they travel through, and how they
/// become bytes. Every other module starts here; this one knows only Kafka's client and Protobuf.
package io.sketchstream.events;
