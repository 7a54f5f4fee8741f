package io.sketchstream.images.decode;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;

/// Finds a library that the system may have. It stays loaded.
final class NativeLibrary {
  private NativeLibrary() {}

  /// @param names of its file on different systems, the preferred ones first
  static Optional<SymbolLookup> find(List<String> names) {
    for (String name : names) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException _) {
        // Not under this name.
      }
    }
    return Optional.empty();
  }
}
