package io.sketchstream.query.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sketchstream.shell.threads.Threads;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Posts to webhooks, one connection per call. It opens its own sockets, since Java's HTTP client
/// resolves the name itself and could connect to an address other than the checked one.
///
/// **Threads:** any; owns one that ends calls that take too long.
final class WebhookCall implements AutoCloseable {
  /// No more of an answer is read; only its status counts.
  private static final int ANSWER_SIZE_MAX = 16 << 10;

  private static final int OK_MIN = 200;
  private static final int OK_MAX = 299;
  private static final int INTERIM_MAX = 199;
  private static final int REDIRECT_MIN = 300;
  private static final int REDIRECT_MAX = 399;
  private static final Duration CONNECT_MIN = Duration.ofMillis(1);
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?");

  private final WebhookOptions options;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(1, Threads.named("query-webhook-deadlines-"));

  WebhookCall(WebhookOptions options) {
    this.options = options;
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /// Posts JSON.
  ///
  /// @param headers names and values without line ends
  /// @throws IOException saying why it was not accepted
  void post(String url, Map<String, String> headers, byte[] body) throws IOException {
    long deadline = System.nanoTime() + options.timeout().toNanos();
    WebhookAddress address;
    try {
      address = WebhookAddress.of(url, options);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    byte[] head = head(address, headers, body.length);
    try (Socket socket = connect(address, address.resolve(options), deadline)) {
      open.add(socket);
      Future<?> end =
          deadlines.schedule(() -> closeQuietly(socket), nanosLeft(deadline), TimeUnit.NANOSECONDS);
      try {
        exchange(address, socket, head, body);
      } catch (IOException e) {
        throw nanosLeft(deadline) > 0 ? e : tooSlow(e);
      } finally {
        end.cancel(false);
        open.remove(socket);
      }
    }
  }

  private IOException tooSlow(IOException cause) {
    return new IOException("it did not answer in " + options.timeout().toMillis() + " ms", cause);
  }

  private static long nanosLeft(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is of no use any more.
    }
  }

  private static byte[] head(WebhookAddress address, Map<String, String> headers, int bodySize) {
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(address.target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address.authority()).append("\r\n");
    head.append("Connection: close\r\nUser-Agent: Sketchstream\r\n");
    head.append("Content-Type: application/json\r\nContent-Length: ").append(bodySize);
    headers.forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    return head.append("\r\n\r\n").toString().getBytes(ISO_8859_1);
  }

  /// Without a proxy, which would resolve the name again.
  private Socket connect(WebhookAddress address, List<InetAddress> resolved, long deadline)
      throws IOException {
    IOException failure = new IOException("it has no address");
    for (InetAddress next : resolved) {
      Socket socket = new Socket(Proxy.NO_PROXY);
      try {
        long millis = Math.max(CONNECT_MIN.toMillis(), nanosLeft(deadline) / 1_000_000);
        socket.connect(new InetSocketAddress(next, address.port()), Math.toIntExact(millis));
        return socket;
      } catch (IOException e) {
        closeQuietly(socket);
        failure =
            new IOException("no connection to " + next.getHostAddress() + ": " + e.getMessage(), e);
      }
      if (nanosLeft(deadline) == 0) {
        break;
      }
    }
    throw failure;
  }

  private static void exchange(WebhookAddress address, Socket plain, byte[] head, byte[] body)
      throws IOException {
    Socket socket = address.isSecure() ? secured(address, plain) : plain;
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length + body.length);
    request.writeBytes(head);
    request.writeBytes(body);
    request.writeTo(out);
    out.flush();
    int status = status(new BufferedInputStream(socket.getInputStream()));
    if (status >= REDIRECT_MIN && status <= REDIRECT_MAX) {
      throw new IOException("it answered " + status + ": redirects are not followed");
    }
    if (status < OK_MIN || status > OK_MAX) {
      throw new IOException("it answered " + status);
    }
  }

  /// The certificate must be for the host of the URL, whatever the address of the connection.
  private static SSLSocket secured(WebhookAddress address, Socket plain) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket =
        (SSLSocket) factory.createSocket(plain, address.host(), address.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /// Reads lines until one has a status that is final.
  private static int status(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int size = 0; size < ANSWER_SIZE_MAX; size++) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("it closed the connection without an answer");
      }
      if (next != '\n') {
        line.append((char) next);
        continue;
      }
      String read = line.toString().strip();
      line.setLength(0);
      Matcher first = STATUS.matcher(read);
      if (first.matches()) {
        int status = Integer.parseInt(first.group(1));
        if (status > INTERIM_MAX) {
          return status;
        }
      } else if (!read.isEmpty() && !read.contains(":")) {
        break;
      }
    }
    throw new IOException("its answer is not HTTP");
  }

  /// Running calls fail.
  @Override
  public void close() {
    open.forEach(WebhookCall::closeQuietly);
    deadlines.shutdownNow();
  }
}
