package io.sketchstream.benchmarks.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Runs the scripts of the peer, PyTorch, in a Python that has it.
final class PyTorch {
  static final String INSTALL = "No python3 has torch; on Debian: apt-get install python3-torch.";

  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  private final String python;

  private PyTorch(String python) {
    this.python = python;
  }

  static Optional<PyTorch> find() throws InterruptedException {
    for (String python : PYTHONS) {
      try {
        Process process = new ProcessBuilder(python, "-c", "import torch").start();
        if (process.waitFor() == 0) {
          return Optional.of(new PyTorch(python));
        }
      } catch (IOException _) {
        // There is no such program; the next may be there.
      }
    }
    return Optional.empty();
  }

  /// Runs a script of this package.
  ///
  /// @param lines its standard input
  /// @return the numbers that it prints, one a line
  /// @throws IllegalStateException when it fails
  List<Double> run(String script, List<?> lines, Object... arguments) throws InterruptedException {
    try {
      Path file = Files.createTempFile("peer-", ".py");
      try (InputStream in = PyTorch.class.getResourceAsStream(script)) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return run(file, lines, arguments);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Double> run(Path script, List<?> lines, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var in = process.outputWriter()) {
      in.write(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("PyTorch's part failed: " + out);
    }
    return out.strip().lines().map(Double::valueOf).toList();
  }
}
