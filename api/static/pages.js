// What GOV.UK Frontend needs at the start of a page; here, not in the page, so that pages can forbid inline script.
import { initAll } from './govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// A link to what is folded opens it.
const unfold = () => {
  const there = document.getElementById(location.hash.slice(1))
  let fold = there?.closest('details')
  if (!fold) return
  for (; fold; fold = fold.parentElement.closest('details')) fold.open = true
  there.scrollIntoView()
}
addEventListener('hashchange', unfold)
if (location.hash) unfold()

// What is folded is printed, also by a browser whose style sheets cannot open it.
let opened = []
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('main details:not([open], .page-why)')]
  for (const fold of opened) fold.open = true
})
addEventListener('afterprint', () => {
  for (const fold of opened) fold.open = false
})

// Beside a day that is typed: which working day it is, as the list below it has them.
for (const counted of document.querySelectorAll('[data-counted]')) {
  const about = counted.closest('fieldset')
  const part = (name) => (about.querySelector(`input[name$=".${name}"]`).value.trim() || '0').padStart(2, '0')
  about.addEventListener('input', () => {
    const day = about.querySelector(`[data-day="${CSS.escape(`${part('year')}-${part('month')}-${part('day')}`)}"]`)
    const words = day ? day.dataset.words : ''
    counted.firstChild.textContent = words.slice(0, 1).toUpperCase() + words.slice(1)
  })
}

// What is typed into a long form is saved as a draft by itself: a few seconds after the last key, when the page is left,
// and when a lost connection is back.
const QUIET = 3000 // milliseconds

for (const form of document.querySelectorAll('form[data-draft]')) {
  let waits
  let unsaved = false
  const said = form.querySelector('[data-draft-saved]')
  const save = async (leaving = false) => {
    clearTimeout(waits)
    unsaved = false
    const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string')) // no files
    typed.set('_do', 'save')
    try {
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: typed, keepalive: leaving })
      await answer.text()
      unsaved = !answer.ok
      if (answer.ok) said.textContent = `Draft saved at ${new Date().toTimeString().slice(0, 5)}`
      else if (answer.status === 401) said.textContent = 'The draft could not be saved: your sign-in has ended. Keep this page open, and sign in again in another tab.'
      else said.textContent = 'The draft could not be saved. Keep this page open.'
    } catch {
      unsaved = true
      said.textContent = 'The draft could not be saved: there is no connection. Keep this page open.'
    }
  }
  form.addEventListener('input', () => {
    unsaved = true
    clearTimeout(waits)
    waits = setTimeout(() => save(), QUIET)
  })
  form.addEventListener('submit', () => {
    unsaved = false
    clearTimeout(waits)
  })
  addEventListener('online', () => unsaved && save())
  document.addEventListener('visibilitychange', () => document.hidden && unsaved && save(true))
}
