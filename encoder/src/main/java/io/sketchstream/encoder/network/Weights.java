package io.sketchstream.encoder.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// The tensors of a network by name, in the order of their file. The map is immutable.
public final class Weights {
  /// How numbers are stored in files; in memory they are 32-bit.
  public enum Storage {
    FP32,
    FP16
  }

  private final SequencedMap<String, Tensor> tensors;

  public Weights(SequencedMap<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  /// Reads a safetensors file of 32-bit or 16-bit floats.
  ///
  /// @throws BrokenModelException when the file is missing, damaged or of another type
  public static Weights read(Path file) throws BrokenModelException {
    return read(file, _ -> true);
  }

  /// Reads only the tensors whose names match; others may be of any type.
  ///
  /// @throws BrokenModelException when the file is missing, damaged or of another type
  public static Weights read(Path file, Predicate<String> wanted) throws BrokenModelException {
    return Safetensors.read(file, wanted);
  }

  /// Writes a safetensors file atomically.
  public void write(Path file, Storage storage) throws IOException {
    SequencedMap<String, TensorSource> sources = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> sources.put(name, TensorSource.of(tensor)));
    write(sources, file, storage);
  }

  /// Writes tensors by name to a safetensors file atomically, one at a time.
  ///
  /// @throws IllegalStateException when one gives another number of values than its shape has
  public static void write(SequencedMap<String, TensorSource> sources, Path file, Storage storage)
      throws IOException {
    Safetensors.write(sources, file, storage);
  }

  public SequencedSet<String> names() {
    return tensors.sequencedKeySet();
  }

  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /// The tensor of this name.
  ///
  /// @throws IllegalArgumentException when there is no such tensor
  public Tensor get(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no tensor named " + name));
  }

  /// These weights with one tensor added or replaced.
  public Weights with(String name, Tensor tensor) {
    SequencedMap<String, Tensor> more = new LinkedHashMap<>(tensors);
    more.put(name, tensor);
    return new Weights(more);
  }

  /// These weights without one tensor, if present.
  public Weights without(String name) {
    SequencedMap<String, Tensor> fewer = new LinkedHashMap<>(tensors);
    fewer.remove(name);
    return new Weights(fewer);
  }

  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }
}
