/// Pixels to a unit vector. Networks, preprocessing and model artifacts; training and serving share
/// all of it. Knows nothing of Kafka's brokers, of Quarkus or of any service.
package io.sketchstream.encoder;
