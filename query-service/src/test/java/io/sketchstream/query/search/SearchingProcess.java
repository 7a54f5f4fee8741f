package io.sketchstream.query.search;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.fanout.FanOut;
import io.sketchstream.query.fanout.FanOutOptions;
import io.sketchstream.query.fanout.LocalShards;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.fanout.ShardRequest;
import io.sketchstream.query.index.EmbeddingsTopic;
import io.sketchstream.query.index.GenerationIndex;
import io.sketchstream.query.index.IndexApplication;
import io.sketchstream.query.index.IndexOptions;
import io.sketchstream.query.index.Refresher;
import io.sketchstream.query.index.ShardObserver;
import io.sketchstream.query.index.ShardSettings;
import io.sketchstream.query.index.StandbyProgress;
import io.sketchstream.shell.access.Access;
import io.sketchstream.shell.worker.Workers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;

/// What a query service has of some generations, with its own files and its own port, but in this
/// JVM.
final class SearchingProcess implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Refresher refresher = Refresher.start(new Workers(new SimpleMeterRegistry()));
  private final Admin admin;
  private final List<GenerationIndex> indexes = new CopyOnWriteArrayList<>();
  private final StandbyProgress progress;
  private final Peers peers;
  private final GenerationSearcher searcher;
  private final Duration later;
  private volatile boolean cutOff;

  /// @param kafka what all clients share
  /// @param directory the files; what an earlier process left there is taken up
  /// @param later how much later it is for this process than it is
  SearchingProcess(
      Map<String, Object> kafka, List<Generation> generations, Path directory, Duration later)
      throws IOException {
    this.later = later;
    LocalShards here = new LocalShards(this::index);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(Peers.PATH, exchange -> answer(here, exchange));
    server.setExecutor(threads);
    server.start();
    admin = Admin.create(kafka);
    ShardSettings settings =
        new ShardSettings(
            IndexOptions.defaults(),
            refresher,
            ShardObserver.NONE,
            _ -> false,
            () -> Instant.now().plus(later));
    IndexApplication application =
        new IndexApplication(
            kafka,
            directory,
            directory.getFileName().toString(),
            "127.0.0.1:" + server.getAddress().getPort(),
            1,
            1,
            Duration.ofSeconds(6),
            Duration.ofMillis(200),
            Duration.ofSeconds(20));
    for (Generation generation : generations) {
      indexes.add(
          new GenerationIndex(EmbeddingsTopic.of(generation, admin), application, settings));
    }
    progress = StandbyProgress.start(admin, () -> indexes, new Workers(new SimpleMeterRegistry()));
    peers = new Peers(here, 64, Access.OPEN);
    FanOut fanOut = new FanOut(peers, FanOutOptions.defaults(), new SimpleMeterRegistry());
    searcher =
        new GenerationSearcher(
            (generation, _) -> index(generation),
            fanOut,
            new WrittenPositions(Map::of),
            new RecallMonitor(_ -> Optional.empty(), fanOut, 0, new SimpleMeterRegistry()),
            InstantSource.system());
  }

  private Optional<GenerationIndex> index(Generation wanted) {
    return indexes.stream().filter(index -> index.generation().equals(wanted)).findFirst();
  }

  GenerationSearcher searcher() {
    return searcher;
  }

  List<GenerationIndex> indexes() {
    return indexes;
  }

  /// Whether each of so many shards of each generation was committed.
  boolean hasCommittedSince(Instant time, int shards) {
    return indexes.stream()
        .allMatch(index ->
            index.shards().stream()
                    .flatMap(shard -> shard.status().stream())
                    .filter(status -> status.lastCommit().isAfter(time.plus(later)))
                    .count()
                == shards);
  }

  /// Whether others get no answer from it, though Kafka still hears it.
  void cutOff(boolean cut) {
    cutOff = cut;
  }

  private void answer(LocalShards here, HttpExchange exchange) throws IOException {
    try (exchange) {
      if (cutOff) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      byte[] body =
          ShardsAnswered.newBuilder()
              .addAllReplies(
                  here.answer(
                      ShardRequest.of(
                          ShardsAsked.parseFrom(exchange.getRequestBody().readAllBytes()))))
              .build()
              .toByteArray();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    progress.close();
    indexes.forEach(GenerationIndex::close);
    peers.close();
    server.stop(0);
    threads.shutdownNow();
    refresher.close();
    admin.close();
  }
}
