package io.sketchstream.standalone;

import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Exit;

/// Handles a fatal failure of the broker, such as a full disk: prints one sentence and stops in
/// order, where Kafka would halt the JVM.
final class BrokerFailure {
  private BrokerFailure() {}

  static void watch(Home home, OrderlyStop orderly) {
    Exit.setHaltProcedure((status, message) -> stop(home, orderly, status));
    Exit.setExitProcedure((status, message) -> stop(home, orderly, status));
  }

  /// Never returns: Kafka expects the JVM to end.
  private static void stop(Home home, OrderlyStop orderly, int status) {
    if (orderly.explain("sketchstream: " + sentence(home))) {
      Thread.ofPlatform().name("broker-failure").start(() -> System.exit(status == 0 ? 1 : status));
    }
    while (true) {
      LockSupport.park();
    }
  }

  private static String sentence(Home home) {
    return home.isFull()
        ? "the disk of home " + home + " is full; free some space and start again"
        : "the Kafka broker failed, the log says why: " + Settings.log(home);
  }
}
