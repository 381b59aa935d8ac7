import { withoutPassword } from './queue-connection';

/** Milliseconds that one question may take. */
const patience = 20_000;
/** Milliseconds without any answer after which no more is asked. */
const longestSilence = 300_000;

/** A question that Redis did not answer; it may be asked again. */
class Unanswered extends Error {}

/**
 * Asks a Redis that may be slow, away or gone: every question has a time limit, and one that fails may be asked again until
 * there was no answer for five minutes.
 */
export function redisQuestions(url: string, signal?: AbortSignal) {
  let lastAnswer = Date.now();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  return {
    /** Waits for an answer, for a limited time. */
    async ask<Value>(question: Promise<Value>): Promise<Value> {
      signal?.throwIfAborted();
      try {
        const value = await Promise.race([within(patience, question), aborted]);
        lastAnswer = Date.now();
        return value;
      } catch (cause) {
        signal?.throwIfAborted();
        throw new Unanswered((cause as Error).message, { cause });
      }
    },
    /**
     * Runs a function that asks questions.
     *
     * @returns false when a question was not answered
     * @throws what `work` throws otherwise; Error naming the address when there was no answer for long
     */
    async attempt(work: () => Promise<void>): Promise<boolean> {
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        if (Date.now() - lastAnswer < longestSilence) return false;
        throw new Error(
          `Redis at ${withoutPassword(url)} has not answered for ${longestSilence / 60_000} minutes (${error.message}); what is finished is kept: the same command goes on`,
          { cause: error },
        );
      }
    },
  };
}

/** Waits for a promise for a limited time. */
export async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
