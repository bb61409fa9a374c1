package sshd

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// What has reached the client counts as sent, not what waits for it; and that the client is silent is seen from when it
// was not.
func TestTrafficIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		channel, done := make(chan *Channel, 1), make(chan struct{})
		c, id, conn := withChannel(t, 4, Settings{Keepalive: NoLimit, LoginGrace: NoLimit}, func(ctx context.Context, ch *Channel) {
			io.WriteString(ch, "hello")
			channel <- ch
			<-ctx.Done()
			close(done)
		})
		c.expect(msgChannelData) // the 4 bytes that the window has room for
		ch := <-channel
		synctest.Wait()
		if got := ch.Traffic(); got.Received != 0 || got.Sent != 0 || time.Since(got.Typed) > time.Minute {
			t.Errorf("at first %+v", got)
		}
		time.Sleep(time.Hour)
		c.send(join([]byte{msgWindowAdjust}, u32(id), u32(1000)))
		c.send(join([]byte{msgChannelData}, u32(id), str("who\n")))
		synctest.Wait()
		if got := ch.Traffic(); got.Received != 4 || got.Sent != 5 || !got.Typed.Equal(time.Now()) {
			t.Errorf("then %+v", got)
		}
		time.Sleep(time.Minute)
		if idle := time.Since(ch.Traffic().Typed); idle != time.Minute {
			t.Errorf("idle for %v", idle)
		}
		conn.Close()
		<-done
	})
}
