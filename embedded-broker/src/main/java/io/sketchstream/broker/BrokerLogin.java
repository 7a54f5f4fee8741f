package io.sketchstream.broker;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What a client of a broker must show: a user and a password, by SASL's mechanism `PLAIN` (RFC
/// 4616).
///
/// @param user letters and digits
/// @param password letters, digits, `-` and `_`
public record BrokerLogin(String user, String password) {
  private static final String MECHANISM = "PLAIN";
  private static final String MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";
  private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int RANDOM_BYTES = 24;

  public BrokerLogin {
    // They stand between quotes in a setting.
    if (!SIMPLE.matcher(user).matches() || !SIMPLE.matcher(password).matches()) {
      throw new IllegalArgumentException("user and password must be letters, digits, - and _");
    }
  }

  /// A user with a password that nobody knows.
  public static BrokerLogin random(String user) {
    byte[] secret = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(secret);
    return new BrokerLogin(user, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /// Settings of a Kafka client on the same machine, by Kafka's names.
  public Map<String, String> client() {
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        MODULE + "username=\"%s\" password=\"%s\";".formatted(user, password));
  }

  /// Settings of a broker whose listeners, that of its controller included, want this login.
  ///
  /// @param protocol `SASL_PLAINTEXT` or `SASL_SSL`
  public Map<String, String> broker(String protocol, BrokerPorts ports) {
    String listener = protocol + "://" + ports.bootstrapServers();
    Map<String, String> settings = new HashMap<>();
    settings.put("listeners", listener + ",CONTROLLER://" + ports.controllerAddress());
    settings.put("advertised.listeners", listener);
    settings.put("listener.security.protocol.map", "%1$s:%1$s,CONTROLLER:%1$s".formatted(protocol));
    settings.put("inter.broker.listener.name", protocol);
    settings.put("sasl.enabled.mechanisms", MECHANISM);
    settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    settings.put("sasl.mechanism.controller.protocol", MECHANISM);
    for (String name : List.of(protocol.toLowerCase(Locale.ROOT), "controller")) {
      settings.put(
          "listener.name." + name + ".plain.sasl.jaas.config",
          MODULE
              + "username=\"broker\" password=\"%1$s\" user_broker=\"%1$s\" user_%2$s=\"%1$s\";"
                  .formatted(password, user));
    }
    return settings;
  }
}
