package io.sketchstream.query.index;

import java.io.IOException;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.lucene.store.AlreadyClosedException;

/// Answers the queries to one shard, in the form of Kafka Streams' interactive queries.
///
/// **Threads:** any.
final class ShardAnswers {
  private final ImageIndex index;
  private final ShardWriter writer;
  private final int partition;

  ShardAnswers(ImageIndex index, ShardWriter writer, int partition) {
    this.index = index;
    this.writer = writer;
    this.partition = partition;
  }

  <R> QueryResult<R> answer(Query<R> query, PositionBound bound) {
    if (!bound.isUnbounded() && !writer.reached(bound)) {
      return QueryResult.notUpToBound(writer.position(), bound, partition);
    }
    Position position = writer.position();
    try {
      QueryResult<R> result = answer(query);
      result.setPosition(position);
      return result;
    } catch (AlreadyClosedException e) {
      return QueryResult.forFailure(FailureReason.NOT_PRESENT, "the shard was closed meanwhile");
    } catch (IOException e) {
      return QueryResult.forFailure(FailureReason.STORE_EXCEPTION, e.toString());
    }
  }

  @SuppressWarnings("unchecked") // A shard query's type parameter is the type of its reply.
  private <R> QueryResult<R> answer(Query<R> query) throws IOException {
    return query instanceof ShardQuery asked
        ? (QueryResult<R>) QueryResult.forResult(index.answer(asked).setShard(partition).build())
        : QueryResult.forFailure(
            FailureReason.UNKNOWN_QUERY_TYPE, "a shard does not know " + query.getClass());
  }
}
