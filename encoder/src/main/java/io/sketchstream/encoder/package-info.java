/// Pixels to a unit vector: networks, preprocessing and model artifacts, shared by training and
/// serving. Independent of Kafka's brokers, of Quarkus and of every service.
package io.sketchstream.encoder;
