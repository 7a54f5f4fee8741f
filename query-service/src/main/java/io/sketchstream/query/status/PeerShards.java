package io.sketchstream.query.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.index.ShardStatus;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.calls.BoundedCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/// The shards that other query services report.
///
/// **Threads:** the sampler's. **Owns:** connections, until [#close].
final class PeerShards implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(PeerShards.class);
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int ANSWER_SIZE_MAX = 16 << 20;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final Access access;

  /// @param access the token that the others require
  PeerShards(Access access) {
    this.access = access;
  }

  /// Asks all at once.
  ///
  /// @return the report of each; without those that did not answer
  Map<String, List<ShardStatus>> ask(Collection<String> addresses) {
    Map<String, CompletableFuture<HttpResponse<byte[]>>> asked = new HashMap<>();
    for (String address : addresses) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + address + Peers.PATH))
              .timeout(TIMEOUT)
              .header("Accept", "application/json");
      asked.put(
          address,
          BoundedCall.begin(client, access.show(request).build(), TIMEOUT, ANSWER_SIZE_MAX));
    }
    Map<String, List<ShardStatus>> said = new HashMap<>();
    asked.forEach((address, answer) -> {
      try {
        said.put(address, read(answer.join()));
      } catch (CompletionException | IOException e) {
        LOG.debugf("%s does not report its shards: %s", address, e.getMessage());
      }
    });
    return said;
  }

  private List<ShardStatus> read(HttpResponse<byte[]> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    List<ShardStatus> shards = new ArrayList<>();
    for (JsonNode shard : json.readTree(response.body())) {
      shards.add(
          new ShardStatus(
              shard.path("generation").asText(),
              shard.path("partition").asInt(),
              shard.path("documents").asInt(),
              shard.path("deleted").asInt(),
              shard.path("segments").asInt(),
              shard.path("embeddingsOffset").asLong(),
              shard.path("imagesOffset").asLong(),
              Instant.parse(shard.path("lastCommit").asText("1970-01-01T00:00:00Z"))));
    }
    return shards;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
