package io.sketchstream.training.rollout;

import io.sketchstream.events.Generation;
import io.sketchstream.events.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/// Frees what generations hold in Kafka that are served no more: first the groups, once nobody is
/// in them, then the topic.
final class Retirement {
  private static final Logger LOG = Logger.getLogger(Retirement.class);

  private final Admin admin;

  Retirement(Admin admin) {
    this.admin = admin;
  }

  /// Frees what can be freed by now; the rest is for the next time.
  ///
  /// @return those that hold nothing any more
  /// @throws IllegalStateException when Kafka refuses
  List<Generation> free(List<Generation> gone) throws InterruptedException {
    List<Generation> freed = new ArrayList<>();
    if (gone.isEmpty()) {
      return freed;
    }
    try {
      Set<String> topics = admin.listTopics().names().get();
      Set<String> groups =
          admin.listGroups().all().get().stream()
              .map(GroupListing::groupId)
              .collect(Collectors.toSet());
      for (Generation generation : gone) {
        String topic = Topics.imageEmbeddings(generation).name();
        List<String> held =
            new ArrayList<>(List.of(generation.embedGroup(), generation.queryApplication()));
        held.retainAll(groups);
        if (areDeleted(held)) {
          if (topics.contains(topic)) {
            delete(topic);
          }
          freed.add(generation);
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        LOG.debugf("retired generations are freed later: %s", e.getCause().getMessage());
        return freed;
      }
      throw new IllegalStateException(
          "retired generations can't be freed: " + e.getCause().getMessage(), e.getCause());
    }
    return freed;
  }

  private boolean areDeleted(List<String> groups) throws ExecutionException, InterruptedException {
    boolean all = true;
    for (String group : groups) {
      KafkaFuture<Void> deleted =
          admin.deleteConsumerGroups(List.of(group)).deletedGroups().get(group);
      try {
        deleted.get();
        LOG.infof("group %s is deleted", group);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupNotEmptyException) {
          all = false; // Its loop is still closing.
        } else if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
    return all;
  }

  private void delete(String topic) throws ExecutionException, InterruptedException {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
      LOG.infof("topic %s is deleted", topic);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw e;
      }
    }
  }
}
