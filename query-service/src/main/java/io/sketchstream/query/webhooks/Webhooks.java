package io.sketchstream.query.webhooks;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.MeterRegistry;
import io.sketchstream.events.WebhookChanged;
import io.sketchstream.shell.kafka.BrokerClock;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.worker.Worker;
import io.sketchstream.shell.worker.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The webhooks of standing queries: called by the one instance that leads, known to all.
///
/// **Threads:** owns `query-webhooks`; any may ask. **Owns:** its parts, until [#close].
public final class Webhooks implements AutoCloseable {
  private static final String NAME = "query-webhooks";
  private static final Duration POLL = Duration.ofMillis(400);

  private final KafkaClients clients;
  private final WebhookLead.Spec spec;
  private final WebhookMetrics metrics;
  private final BrokerClock clock;
  private volatile Map<String, WebhookChanged> noted = Map.of();
  private Worker worker;

  /// @param removal removes a query that has ended, by its id
  /// @param registry counts calls
  /// @param clock the brokers' time: while it is unknown, no query is removed
  public Webhooks(
      KafkaClients clients,
      WebhookOptions options,
      Consumer<String> removal,
      MeterRegistry registry,
      BrokerClock clock) {
    this.clients = clients;
    this.spec = new WebhookLead.Spec(options, removal);
    this.metrics = new WebhookMetrics(registry);
    this.clock = clock;
  }

  /// Starts its thread.
  public void start(Workers workers) {
    worker = workers.start(NAME, this::run);
  }

  private void run(Worker running) {
    WebhookLead lead = null;
    try (WebhookNotes notes = new WebhookNotes(clients)) {
      noted = notes.all();
      try {
        while (!running.isStopping()) {
          boolean leads = notes.poll(lead == null ? POLL : Duration.ZERO);
          if (lead != null && !leads) {
            lead.close();
            lead = null;
          } else if (lead == null && leads) {
            lead = new WebhookLead(clients, notes, spec, metrics, clock);
          }
          if (lead != null && !lead.round()) {
            lead.close();
            lead = null;
          }
          running.roundDone();
        }
        if (lead != null) {
          lead.finish();
        }
      } finally {
        if (lead != null) {
          lead.close();
        }
      }
    }
  }

  /// The trouble of a standing query's webhook; empty when there is none.
  ///
  /// @param registeredAt when the query was registered; notes on earlier registrations don't count
  public Optional<WebhookChanged> trouble(String queryId, Timestamp registeredAt) {
    return Optional.ofNullable(noted.get(queryId))
        .filter(note -> note.getRegisteredAt().equals(registeredAt));
  }

  /// Checks the URL of a new webhook.
  ///
  /// @throws IllegalArgumentException saying why it would not be called
  public void check(String url) {
    WebhookAddress address = WebhookAddress.of(url, spec.options());
    try {
      address.resolve(spec.options());
    } catch (IOException e) {
      throw new IllegalArgumentException("webhook: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }
}
