package io.sketchstream.query.callers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.query.search.GalleryPage;
import io.sketchstream.query.search.SearchFailure;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.calls.BoundedCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Removes the images that a filter matches: they are listed page by page here, and the ingest
/// service, the one writer of `[images]`, removes each page.
///
/// **Threads:** any. **Owns:** its connections, until [#close].
public final class FilterRemoval implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ANSWER_SIZE_MAX = 1 << 20;
  private static final int ACCEPTED = 202;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final URI ingest;
  private final Access access;
  private final Duration timeout;

  /// Lists the gallery.
  public interface Listing {
    /// @param cursor empty for the first page
    GalleryPage page(String cursor) throws SearchFailure, InterruptedException;
  }

  /// What was done.
  ///
  /// @param removed how many images were removed
  /// @param absent how many of the listed ones somebody else had removed
  /// @param position position tokens: a search that carries them finds none of the images
  /// @param problem why not all were removed; empty when all were
  public record Removed(long removed, long absent, String position, String problem) {}

  /// @param ingestAddress base URL of the ingest service
  /// @param access the token that it requires
  public FilterRemoval(String ingestAddress, Access access) {
    this(ingestAddress, access, TIMEOUT);
  }

  FilterRemoval(String ingestAddress, Access access, Duration timeout) {
    this.timeout = timeout;
    this.ingest = URI.create(ingestAddress + "/v1/images/delete");
    this.access = access;
  }

  /// Removes all images of a listing. Images that come in meanwhile stay.
  ///
  /// @throws SearchFailure when not even the first page can be listed
  public Removed run(Listing listing) throws SearchFailure, InterruptedException {
    long removed = 0;
    long absent = 0;
    List<String> positions = new ArrayList<>();
    String problem = "";
    String cursor = "";
    do {
      GalleryPage page;
      try {
        page = listing.page(cursor);
      } catch (SearchFailure e) {
        if (cursor.isEmpty()) {
          throw e;
        }
        problem = e.getMessage();
        break;
      }
      if (!page.images().isEmpty()) {
        JsonNode answer = remove(page);
        removed += answer.path("removed").asLong();
        absent += answer.path("absent").asLong();
        if (!answer.path("position").asText().isEmpty()) {
          positions.add(answer.path("position").asText());
        }
        problem = answer.path("detail").asText();
      }
      cursor = page.next();
    } while (problem.isEmpty() && !cursor.isEmpty());
    return new Removed(removed, absent, furthest(positions), problem);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// @return the answer of the ingest service; with `detail` where it has not removed all
  private JsonNode remove(GalleryPage page) throws InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("imageIds");
    page.images().forEach(image -> ids.add(image.hit().getImageId()));
    HttpRequest request =
        access
            .show(HttpRequest.newBuilder(ingest))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<byte[]> response = BoundedCall.send(client, request, timeout, ANSWER_SIZE_MAX);
      ObjectNode answer = (ObjectNode) JSON.readTree(response.body());
      if (response.statusCode() != ACCEPTED && answer.path("detail").asText().isEmpty()) {
        answer.put("detail", "the ingest service answers " + response.statusCode());
      }
      return answer;
    } catch (IOException | ClassCastException e) {
      return JSON.createObjectNode()
          .put("detail", "no answer from the ingest service; some more may be removed");
    }
  }

  private static String furthest(List<String> positions) {
    return PositionTokens.parse(String.join(",", positions)).stream()
        .map(at -> PositionTokens.format(at.getPartition(), at.getOffset()))
        .collect(Collectors.joining(","));
  }
}
