package io.sketchstream.broker;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The names of a broker's files. Kafka writes the numbers in them with the digits of the default
/// locale, and does not find its own files under another locale.
final class LogFileNames {
  private LogFileNames() {}

  /// Renames files that were written under a locale with digits of its own, such as Persian. Where
  /// both names exist, the file with ASCII digits is used.
  static void useAsciiDigits(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      // Files before their folder.
      files = all.filter(f -> !f.equals(directory)).sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      String ascii = ascii(name);
      if (!ascii.equals(name)) {
        Path target = file.resolveSibling(ascii);
        Files.move(file, Files.exists(target) ? file.resolveSibling(ascii + ".unused") : target);
      }
    }
  }

  private static String ascii(String name) {
    return name.codePoints()
        .mapToObj(c -> Character.isDigit(c) ? "" + Character.digit(c, 10) : Character.toString(c))
        .collect(joining());
  }
}
