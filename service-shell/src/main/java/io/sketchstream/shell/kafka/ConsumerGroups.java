package io.sketchstream.shell.kafka;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/// Deletes consumer groups that nobody needs any more.
public final class ConsumerGroups {
  private static final Logger LOG = Logger.getLogger(ConsumerGroups.class);

  private ConsumerGroups() {}

  /// Deletes a group and its offsets.
  ///
  /// @return whether there is no such group now; false while somebody is in it
  /// @throws KafkaException when Kafka does not answer or refuses
  public static boolean delete(Admin admin, String group) {
    try {
      admin.deleteConsumerGroups(List.of(group)).all().get();
      LOG.infof("group %s is deleted", group);
      return true;
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case GroupIdNotFoundException _ -> true;
        case GroupNotEmptyException _ -> false;
        case KafkaException reason -> throw reason;
        default -> throw new KafkaException(e.getCause());
      };
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
