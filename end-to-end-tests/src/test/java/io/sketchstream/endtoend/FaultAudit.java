package io.sketchstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.endtoend.FaultLedger.Entry;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The whole gallery, as each instance shows it when all faults are over and nothing is written,
/// and what it must be.
///
/// **Threads:** the caller's.
final class FaultAudit {
  private static final Duration SETTLED_MAX = Duration.ofMinutes(5);
  private static final int DRAWINGS_MAX = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FaultCluster cluster;
  private final FaultLedger ledger;
  private final FaultTally tally;

  FaultAudit(FaultCluster cluster, FaultLedger ledger, FaultTally tally) {
    this.cluster = cluster;
    this.ledger = ledger;
    this.tally = tally;
  }

  /// What is wrong.
  ///
  /// @param kind as in the tally
  private record Wrong(String kind, String example) {}

  /// Compares until nothing is wrong, and counts what stays so.
  void run() {
    for (FaultInstance query : cluster.instances("query-service")) {
      settle(query, this::gallery);
      settle(query, this::drawings);
    }
    for (FaultInstance ingest : cluster.instances("ingest-service")) {
      settle(ingest, this::images);
    }
    settle(
        cluster.instances().getFirst(),
        _ ->
            FaultTopics.wrong(cluster).stream()
                .map(example -> new Wrong("lost", example))
                .toList());
  }

  private interface Check {
    /// @throws IOException when it can't be told now
    List<Wrong> of(FaultInstance instance) throws IOException;
  }

  private void settle(FaultInstance instance, Check check) {
    List<Wrong> wrong = new ArrayList<>();
    try {
      Await.until(
          "nothing is wrong",
          SETTLED_MAX,
          () -> {
            try {
              List<Wrong> now = check.of(instance);
              wrong.clear();
              wrong.addAll(now);
            } catch (IOException | UncheckedIOException e) {
              wrong.clear();
              wrong.add(new Wrong("stuck", e.toString()));
            }
            return wrong.isEmpty();
          });
    } catch (AssertionError e) {
      wrong.forEach(one ->
          tally.violation(one.kind(), "in the end, " + instance.name() + ": " + one.example()));
    }
  }

  /// The list of the gallery against the ledger.
  private List<Wrong> gallery(FaultInstance query) throws IOException {
    List<Wrong> wrong = new ArrayList<>();
    Map<String, String> titles = new HashMap<>();
    String cursor = "";
    try (GalleryClient client = new GalleryClient(query.address())) {
      do {
        JsonNode page =
            json(
                client.get(
                    "/v1/images?limit=1000&complete=true&timeout=20s&after=%s&cursor=%s"
                        .formatted(encode(ledger.tokens()), encode(cursor))));
        for (JsonNode image : page.path("images")) {
          String id = image.path("imageId").asText();
          if (titles.put(id, image.path("title").asText()) != null) {
            wrong.add(new Wrong("doubled", id));
          }
        }
        cursor = page.path("next").asText();
      } while (!cursor.isEmpty());
    }
    Set<String> unknown = new HashSet<>(titles.keySet());
    for (Entry entry : ledger.entries()) {
      unknown.remove(entry.id());
      if (!entry.known() || entry.pending()) {
        continue; // Its last write was never acknowledged.
      }
      String title = titles.get(entry.id());
      if (entry.live() && title == null) {
        wrong.add(new Wrong("lost", entry.toString()));
      } else if (entry.live() && !entry.title().equals(title)) {
        wrong.add(new Wrong("stale", entry + " is " + title));
      } else if (!entry.live() && title != null) {
        wrong.add(new Wrong("resurrected", entry + " is " + title));
      }
    }
    unknown.forEach(id -> wrong.add(new Wrong("resurrected", id + " was never put in")));
    return wrong;
  }

  /// Whether images are found by their own drawings: their vectors are those of their last version.
  private List<Wrong> drawings(FaultInstance query) throws IOException {
    List<Wrong> wrong = new ArrayList<>();
    List<Entry> live =
        ledger.entries().stream()
            .filter(entry -> entry.known() && entry.live() && !entry.pending())
            .limit(DRAWINGS_MAX)
            .toList();
    try (GalleryClient client = new GalleryClient(query.address())) {
      for (Entry entry : live) {
        JsonNode answer = json(client.trySearchByPhoto(entry.picture(), 3, ledger.tokens()));
        List<String> found = GalleryClient.ids(answer);
        if (found.isEmpty() || !found.getFirst().equals(entry.id())) {
          wrong.add(new Wrong("stale", entry + " is not found by its drawing, but " + found));
        }
      }
    }
    return wrong;
  }

  private List<Wrong> images(FaultInstance ingest) throws IOException {
    List<Wrong> wrong = new ArrayList<>();
    try (GalleryClient client = new GalleryClient(ingest.address())) {
      for (Entry entry : ledger.entries()) {
        if (!entry.known() || entry.pending()) {
          continue;
        }
        int status = client.image(entry.id()).statusCode();
        if (status == (entry.live() ? 404 : 200)) {
          wrong.add(new Wrong(entry.live() ? "lost" : "resurrected", entry.toString()));
        } else if (status != (entry.live() ? 200 : 404)) {
          wrong.add(new Wrong("stuck", entry + " answers " + status));
        }
      }
    }
    return wrong;
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response + " " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(response.body());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
