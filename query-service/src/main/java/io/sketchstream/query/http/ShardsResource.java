package io.sketchstream.query.http;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ShardsAnswered;
import io.sketchstream.events.ShardsAsked;
import io.sketchstream.query.QueryBeans;
import io.sketchstream.query.QueryConfig;
import io.sketchstream.query.QueryEngine;
import io.sketchstream.query.fanout.Peers;
import io.sketchstream.query.fanout.ShardRequest;
import io.sketchstream.query.index.ShardStatus;
import io.sketchstream.shell.access.RequiresScope;
import io.sketchstream.shell.access.Scope;
import io.sketchstream.shell.admission.BodyKind;
import io.sketchstream.shell.admission.TakesBody;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.tracing.Step;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Where other query services ask for the shards of this one. Protobuf, and no part of the public
/// contract.
@Path(Peers.PATH)
public final class ShardsResource {
  private final QueryBeans query;
  private final Semaphore slots;

  ShardsResource(QueryBeans query, QueryConfig config) {
    this.query = query;
    this.slots = new Semaphore(config.scatter().requestsMax());
  }

  @POST
  @TakesBody(kind = BodyKind.PEER)
  @RequiresScope(Scope.READ)
  @RunOnVirtualThread
  @Consumes(Peers.MEDIA_TYPE)
  @Produces(Peers.MEDIA_TYPE)
  @Operation(hidden = true)
  public byte[] ask(byte[] body, @HeaderParam("traceparent") String traceparent)
      throws InterruptedException {
    if (!slots.tryAcquire()) {
      throw new ProblemException(
          429, "too many concurrent peer requests (query.scatter.requests-max)");
    }
    try {
      QueryEngine engine = Ready.engine(query);
      ShardRequest request = ShardRequest.of(ShardsAsked.parseFrom(body));
      try (Step _ =
          engine
              .tracing()
              .continuing(traceparent)
              .part("search shards")
              .with(Peers.SHARDS, List.copyOf(request.shards()))) {
        return ShardsAnswered.newBuilder()
            .addAllReplies(engine.shards().answer(request))
            .build()
            .toByteArray();
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new ProblemException(400, e.getMessage());
    } finally {
      slots.release();
    }
  }

  @GET
  @RunOnVirtualThread
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public List<ShardStatus> shards() {
    return Ready.engine(query).generations().indexes().stream()
        .flatMap(index -> index.shards().stream())
        .flatMap(shard -> shard.status().stream())
        .toList();
  }
}
