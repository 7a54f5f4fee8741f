package io.sketchstream.query.fanout;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sketchstream.events.ShardRefusal;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.events.VectorFound;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Another query service, over real HTTP: it may be slow, or have less than Kafka thinks.
final class FakePeer implements AutoCloseable {
  // The server would copy all that is left with each write.
  private static final int SLICE_SIZE = 1 << 16;

  final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;
  private final Set<Integer> shards;
  private final String token;
  private final CountDownLatch released;
  volatile boolean hangs;
  volatile int padding;
  volatile int hasAllFromTheRequest = Integer.MAX_VALUE;

  /// @param shards that it has
  /// @param released until then it hangs, if it is told to
  FakePeer(Set<Integer> shards, String token, Executor threads, CountDownLatch released)
      throws IOException {
    this.shards = shards;
    this.token = token;
    this.released = released;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(Peers.PATH, this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private UnknownFieldSet padding() {
    UnknownFieldSet.Field bytes =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[padding]))
            .build();
    return UnknownFieldSet.newBuilder().addField(1_000, bytes).build();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      int number = asked.incrementAndGet();
      if (hangs) {
        released.await();
      }
      ShardsAsked request = ShardsAsked.parseFrom(exchange.getRequestBody().readAllBytes());
      ShardsAnswered.Builder answer = ShardsAnswered.newBuilder();
      for (int shard : request.getShardsList()) {
        boolean here = shards.contains(shard) || number >= hasAllFromTheRequest;
        answer.addReplies(
            here
                ? ShardReply.newBuilder().setShard(shard).setVector(VectorFound.newBuilder())
                : ShardReply.newBuilder().setShard(shard).setRefusal(ShardRefusal.NOT_HERE));
      }
      answer.setUnknownFields(padding());
      byte[] body = answer.build().toByteArray();
      exchange.sendResponseHeaders(200, body.length);
      for (int from = 0; from < body.length; from += SLICE_SIZE) {
        exchange.getResponseBody().write(body, from, Math.min(SLICE_SIZE, body.length - from));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
