package io.sketchstream.standalone;

import io.quarkus.runtime.StartupEvent;
import io.sketchstream.broker.BrokerLogin;
import io.sketchstream.broker.BrokerPorts;
import io.sketchstream.broker.EmbeddedBroker;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Starts the broker concurrently with Quarkus, and delays the services until it answers.
///
/// **Threads:** one of its own, for the start only. **Owns:** the broker, until [#close].
final class BrokerStart implements AutoCloseable {
  /// The start that the services of this JVM wait for. Static, because the container creates its
  /// beans itself.
  private static final CompletableFuture<Void> ANSWERS = new CompletableFuture<>();

  private final CompletableFuture<EmbeddedBroker> broker;

  private BrokerStart(CompletableFuture<EmbeddedBroker> broker) {
    this.broker = broker;
  }

  static BrokerStart begin(Path directory, BrokerPorts ports, BrokerLogin login) {
    CompletableFuture<EmbeddedBroker> broker = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("broker-start")
        .start(() -> {
          try {
            broker.complete(EmbeddedBroker.start(directory, ports, login));
            ANSWERS.complete(null);
          } catch (RuntimeException | Error e) {
            broker.completeExceptionally(e);
            ANSWERS.completeExceptionally(e);
          }
        });
    return new BrokerStart(broker);
  }

  /// Stops the broker, which may still be starting.
  @Override
  public void close() {
    broker
        .handle((started, failure) -> {
          if (failure == null) {
            started.close();
          }
          return null;
        })
        .join();
  }

  /// The first observer of the start event: no service connects before the broker is up.
  @ApplicationScoped
  static class Gate {
    void await(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
      try {
        ANSWERS.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : e;
      }
    }
  }
}
