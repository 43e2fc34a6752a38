//! Pieces to threads, results back in the order of the pieces, in bounded memory.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// More is wanted.
    On,
    /// Nothing more: what threads are still at is dropped.
    Stop,
}

/// Works on items in so many threads and hands the results to `sink` in the order of the items, on the calling thread.
/// `worker` makes the work of one thread, with whatever the thread reuses from item to item. At most `2 × threads + 2`
/// items are between `items` and `sink` at a time, so that a slow sink slows the reading.
///
/// One thread (or none) means the calling one: nothing is started.
///
/// ```
/// use ordain_batch::{Flow, in_order};
/// let mut squares = Vec::new();
/// in_order(1..=4, 2, || |n: i32| n * n, |square| {
///     squares.push(square);
///     if square == 9 { Flow::Stop } else { Flow::On }
/// });
/// assert_eq!(squares, [1, 4, 9]);
/// ```
pub fn in_order<I, T, R, W>(
    mut items: I,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    mut sink: impl FnMut(R) -> Flow,
) where
    I: Iterator<Item = T> + Send,
    T: Send,
    R: Send,
    W: FnMut(T) -> R,
{
    if threads <= 1 {
        let mut work = worker();
        for item in items {
            if sink(work(item)) == Flow::Stop {
                return;
            }
        }
        return;
    }
    let most = 2 * threads + 2;
    thread::scope(|scope| {
        let (give, taken) = sync_channel::<(usize, T)>(threads);
        let taken = Arc::new(Mutex::new(taken));
        let (done, results) = channel::<(usize, R)>();
        // A token for each item on the way: the sink gives it back.
        let (back, tokens) = sync_channel::<()>(most);
        (0..most).for_each(|_| give_back(&back));
        scope.spawn(move || feed(&mut items, &give, &tokens));
        for _ in 0..threads {
            let (taken, done, worker) = (Arc::clone(&taken), done.clone(), &worker);
            scope.spawn(move || {
                let mut work = worker();
                while let Some((number, item)) = next(&taken) {
                    if done.send((number, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        // What is left in these ends with the threads that hold the other end.
        drop((done, taken));
        let mut waiting = BTreeMap::new();
        let mut wanted = 0;
        for (number, result) in results {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&wanted) {
                wanted += 1;
                if sink(result) == Flow::Stop {
                    return;
                }
                give_back(&back);
            }
        }
    });
}

/// There is room for all tokens, and nobody to miss one when the other end is gone.
fn give_back(back: &SyncSender<()>) {
    let _ = back.try_send(());
}

/// Numbers the items and hands them on, one for each token.
fn feed<T>(items: &mut impl Iterator<Item = T>, give: &SyncSender<(usize, T)>, tokens: &Receiver<()>) {
    let mut number = 0;
    // Without tokens to come the sink has stopped.
    while tokens.recv().is_ok() {
        let Some(item) = items.next() else { return };
        if give.send((number, item)).is_err() {
            return;
        }
        number += 1;
    }
}

fn next<T>(taken: &Mutex<Receiver<T>>) -> Option<T> {
    // Nothing can be half done while the lock is held.
    taken.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn the_order_is_that_of_the_items_for_any_number_of_threads() {
        for threads in [0, 1, 2, 3, 8] {
            let mut seen = Vec::new();
            // Early items take longest.
            let work = || {
                |n: u64| {
                    let spin = (0..(200 - n) * 50).fold(n, |a, b| a.wrapping_mul(31).wrapping_add(b));
                    (n, spin)
                }
            };
            in_order(0..200, threads, work, |(n, _)| {
                seen.push(n);
                Flow::On
            });
            assert_eq!(seen, (0..200).collect::<Vec<_>>(), "{threads}");
        }
    }

    #[test]
    fn a_sink_that_stops_ends_everything() {
        for threads in [1, 2, 4] {
            let read = AtomicUsize::new(0);
            let endless = std::iter::repeat_with(|| read.fetch_add(1, Ordering::Relaxed));
            let mut seen = 0;
            in_order(
                endless,
                threads,
                || |n| n,
                |_| {
                    seen += 1;
                    if seen == 10 { Flow::Stop } else { Flow::On }
                },
            );
            assert_eq!(seen, 10);
            // No more was read than may be on the way.
            assert!(read.into_inner() <= 10 + 2 * threads + 2, "{threads}");
        }
    }

    #[test]
    fn nothing_to_do() {
        for threads in [1, 2] {
            in_order(std::iter::empty::<u8>(), threads, || |n| n, |_| unreachable!());
        }
    }
}
