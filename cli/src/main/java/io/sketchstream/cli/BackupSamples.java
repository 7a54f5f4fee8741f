package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.backup.Manifest.Sample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Some search answers, to check that a restored gallery finds the same: the images most similar to
/// each of the newest.
final class BackupSamples {
  private static final int IMAGES = 5;
  private static final int SIMILAR = 10;

  /// A restored image may rank lower: the graph is built in a different order, and images that were
  /// removed before the backup ended are gone.
  private static final int SIMILAR_AGAIN = 3 * SIMILAR;

  private static final int NOT_FOUND = 404;

  private final Services services;

  BackupSamples(Services services) {
    this.services = services;
  }

  /// How many of the images found then are found again.
  ///
  /// @param missing images of the gallery that searches do not find
  record Agreement(int found, int asked, List<String> missing) {}

  /// Takes the samples; none while no model is active.
  List<Sample> take() {
    Server.Answer newest =
        services.query().get("/v1/images", Map.of("limit", Integer.toString(IMAGES)));
    List<Sample> samples = new ArrayList<>();
    if (newest.ok()) {
      for (JsonNode image : newest.json().path("images")) {
        String id = image.path("imageId").asText();
        similar(id, SIMILAR).ifPresent(hits -> samples.add(new Sample(id, hits)));
      }
    }
    return samples;
  }

  /// Asks once more after the copy, and keeps what is still found: the copy holds images that came
  /// in since the first answers, but none that came in after the second ones. So what is found in
  /// both is found in the copy.
  List<Sample> stillFound(List<Sample> samples) {
    List<Sample> kept = new ArrayList<>();
    for (Sample sample : samples) {
      similar(sample.imageId(), SIMILAR_AGAIN)
          .ifPresent(now -> {
            List<String> hits = new ArrayList<>(sample.similar());
            hits.retainAll(Set.copyOf(now));
            kept.add(new Sample(sample.imageId(), hits));
          });
    }
    return kept;
  }

  /// Asks the restored gallery. An image that was removed while the backup was taken is not
  /// counted.
  Agreement compare(List<Sample> samples) {
    int found = 0;
    int asked = 0;
    List<String> missing = new ArrayList<>();
    for (Sample sample : samples) {
      if (!exists(sample.imageId())) {
        continue;
      }
      Optional<List<String>> now = similar(sample.imageId(), SIMILAR_AGAIN);
      if (now.isEmpty()) {
        missing.add(sample.imageId());
        continue;
      }
      Set<String> hits = new HashSet<>(now.get());
      for (String before : sample.similar()) {
        if (hits.contains(before)) {
          found++;
          asked++;
        } else if (exists(before)) {
          asked++;
        }
      }
    }
    return new Agreement(found, asked, missing);
  }

  private boolean exists(String id) {
    return services.ingest().get(path(id), Map.of()).status() != NOT_FOUND;
  }

  private Optional<List<String>> similar(String id, int k) {
    Server.Answer answer =
        services.query().get(path(id) + "/similar", Map.of("k", Integer.toString(k)));
    if (!answer.ok()) {
      return Optional.empty();
    }
    List<String> hits = new ArrayList<>();
    for (JsonNode hit : answer.json().path("hits")) {
      hits.add(hit.path("imageId").asText());
    }
    return Optional.of(hits);
  }

  private static String path(String id) {
    return "/v1/images/" + Server.encode(id);
  }
}
