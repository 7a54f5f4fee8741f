package io.sketchstream.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.encoder.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The weights file of a teacher and its network.
record TeacherFile(Network network, Path weights) {
  private static final String WEIGHTS = "model.safetensors";
  private static final String REFERENCE = "reference.json";

  /// @param directory contains `model.safetensors` and a `reference.json` that names the network
  /// @throws BrokenModelException when one of the two is missing, or the network is unknown
  static TeacherFile in(Path directory) throws BrokenModelException {
    Path weights = directory.resolve(WEIGHTS);
    if (!Files.isRegularFile(weights)) {
      throw new BrokenModelException(
          "the teacher is a directory with a %s and a %s; %s %s"
              .formatted(
                  WEIGHTS,
                  REFERENCE,
                  directory,
                  Files.isDirectory(directory) ? "has no " + WEIGHTS : "is not a directory"));
    }
    try {
      var reference = new ObjectMapper().readTree(directory.resolve(REFERENCE).toFile());
      return new TeacherFile(Network.named(reference.path("network").asText()), weights);
    } catch (IOException e) {
      throw new BrokenModelException(
          "the teacher's directory needs a %s that names its network: %s"
              .formatted(REFERENCE, e.getMessage()),
          e);
    }
  }
}
