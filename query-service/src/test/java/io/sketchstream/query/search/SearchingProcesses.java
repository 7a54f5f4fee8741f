package io.sketchstream.query.search;

import io.sketchstream.events.Generation;
import io.sketchstream.query.index.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Processes that search, which come and go at random.
///
/// **Threads:** the test's. **Owns:** the processes, until [#close].
final class SearchingProcesses implements AutoCloseable {
  /// Longer than the state of a process may be out of date.
  private static final Duration AWAY = Duration.ofDays(16);

  private final Map<String, Object> kafka;
  private final List<Generation> generations;
  private final SplittableRandom random;
  private final List<SearchingProcess> processes = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();
  private final Map<Path, Duration> later = new HashMap<>();

  SearchingProcesses(
      Map<String, Object> kafka, List<Generation> generations, SplittableRandom random) {
    this.kafka = kafka;
    this.generations = generations;
    this.random = random;
  }

  void start(Path files) throws IOException {
    Files.createDirectories(files);
    processes.add(
        new SearchingProcess(kafka, generations, files, later.getOrDefault(files, Duration.ZERO)));
    directories.add(files);
  }

  List<SearchingProcess> all() {
    return processes;
  }

  SearchingProcess any() {
    return processes.get(random.nextInt(processes.size()));
  }

  /// One dies between two instructions, and comes back with the files it had then.
  void crashOne() throws IOException {
    int which = random.nextInt(processes.size());
    Path files = directories.get(which);
    Path copy = files.resolveSibling(files.getFileName() + "-crashed");
    StateFiles.copy(files, copy);
    stop(which);
    StateFiles.delete(files);
    Files.move(copy, files);
    start(files);
  }

  /// One leaves with its files, a new one begins with none.
  void replaceOne() throws IOException {
    Path files = stop(random.nextInt(processes.size()));
    StateFiles.delete(files);
    start(files);
  }

  /// One leaves, and keeps its files.
  ///
  /// @return its files
  Path leaveOne() {
    return stop(random.nextInt(processes.size()));
  }

  /// It comes back, and it is late.
  void comeBack(Path files) throws IOException {
    later.merge(files, AWAY, Duration::plus);
    start(files);
  }

  /// All leave, and their files are lost.
  void removeAll() throws IOException {
    while (!processes.isEmpty()) {
      StateFiles.delete(stop(0));
    }
  }

  private Path stop(int which) {
    processes.remove(which).close();
    return directories.remove(which);
  }

  /// Whether all have committed each of so many shards of each generation.
  boolean haveCommittedSince(Instant time, int shards) {
    return processes.stream().allMatch(process -> process.hasCommittedSince(time, shards));
  }

  @Override
  public void close() {
    processes.forEach(SearchingProcess::close);
  }
}
