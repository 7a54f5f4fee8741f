package io.sketchstream.query.search;

import static org.junit.jupiter.api.Assertions.fail;

import io.sketchstream.events.Hit;
import io.sketchstream.events.SearchAnswered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The answers of processes to questions about a history, each with its reason when it is wrong.
///
/// **Threads:** the test's.
final class HistoryAnswers {
  private final SearchingProcesses processes;
  private final Object run;

  /// @param run describes what was done so far
  HistoryAnswers(SearchingProcesses processes, Object run) {
    this.processes = processes;
    this.run = run;
  }

  /// As many as there are; an image that is missing is looked for by its id, everywhere.
  void assertComplete(ImageHistory history, List<String> nearest, List<Hit> hits) throws Exception {
    if (nearest.size() == hits.size()) {
      return;
    }
    Set<String> missing = new TreeSet<>(nearest);
    hits.forEach(hit -> missing.remove(hit.getImageId()));
    List<String> known = new ArrayList<>();
    for (String id : missing) {
      for (SearchingProcess process : processes.all()) {
        known.add(id + " at " + process.indexes() + ": " + lookFor(history, id, process));
      }
    }
    fail("%d hits of %d, %s; %s".formatted(hits.size(), nearest.size(), run, known));
  }

  private String lookFor(ImageHistory history, String id, SearchingProcess process)
      throws Exception {
    try {
      process.searcher().similar(history.generation(), id, history.query(1, Optional.empty()));
      return "it is there";
    } catch (SearchFailure e) {
      return e.getMessage();
    }
  }

  /// What a process answers.
  SearchAnswered.Builder search(
      SearchingProcess process, ImageHistory history, float[] query, SearchQuery asked)
      throws Exception {
    try {
      return process.searcher().search(history.generation(), query, asked);
    } catch (SearchFailure e) {
      throw new AssertionError("%s at %s, %s".formatted(e.getMessage(), process.indexes(), run), e);
    }
  }
}
